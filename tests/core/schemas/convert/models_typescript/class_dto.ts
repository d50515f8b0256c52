import { IsEmail, IsOptional } from "class-validator";

export class AddressDto {
  street!: string;
  city!: string;
  constructor(public readonly country: string, private secret?: string) {}
}

/** What the form sends. */
export class CreateUserDto {
  /** @format email */
  @IsEmail()
  email: string;

  @IsOptional()
  nickname?: string;

  age: number | null = null;
  roles: string[] = [];
  active = true;
  address: AddressDto;
  private hash: string;
  static table = "users";

  greet(): string {
    return `Hello ${this.nickname}`;
  }
}
